/** The look of a link among words. */
export const textLink =
  "rounded-s font-medium text-link no-underline hover:underline pointer-coarse:-my-3 pointer-coarse:inline-flex pointer-coarse:min-h-11 pointer-coarse:min-w-11 pointer-coarse:items-center";
