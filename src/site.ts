/** What every page says about the course: its name, and the Kubernetes release whose behaviour the simulator follows. */
export const site = {
  name: 'Kubernetes Architecture',
  title: 'Kubernetes Architecture: The Operating System of the Cloud',
  kubernetesVersion: 'v1.36',
} as const;
