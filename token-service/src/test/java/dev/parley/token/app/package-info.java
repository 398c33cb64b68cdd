/** Inspection of tokens, and the applications. */
@NullMarked
package dev.parley.token.app;

import org.jspecify.annotations.NullMarked;
