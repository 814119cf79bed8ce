/** A style sheet as its minified text; the build inlines it. */
declare module "*.css" {
  const text: string;
  export default text;
}
