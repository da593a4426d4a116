// Packages that estimators are compared with; they bring no types of their own.
declare module 'ml-regression-theil-sen' {
  export class TheilSenRegression {
    constructor(x: readonly number[], y: readonly number[]);
    readonly slope: number;
    readonly intercept: number;
  }
}
declare module 'jstat' {
  const jstat: { readonly jStat: { readonly normal: { inv(p: number, mean: number, std: number): number } } };
  export default jstat;
}
