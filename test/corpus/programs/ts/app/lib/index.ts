export const where: string = 'index of folder';
