/** Session keys and their rotation. */
@NullMarked
package dev.parley.token.session;

import org.jspecify.annotations.NullMarked;
