/// <reference types="astro/client" />

declare namespace App {
  interface Locals {
    /** The lesson that is being rendered; absent on other pages. */
    page?: import('./lesson/page.ts').LessonPage;
  }
}
