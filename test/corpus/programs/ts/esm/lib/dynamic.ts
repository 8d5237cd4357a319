export const dynamic = async <T>(x: T): Promise<T[]> => [await x];
