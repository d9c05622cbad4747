/** The token that proves that a request comes from our page. */

/** Whoever signs in again on another tab gets a new one, which the cookie has and this page (`own`) has not. */
export function freshToken(own) {
  return /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? own;
}
