/** The look of a link among words. */
export const textLink =
  "rounded-s font-medium text-link no-underline hover:underline pointer-coarse:-my-3 pointer-coarse:inline-block pointer-coarse:py-3";
