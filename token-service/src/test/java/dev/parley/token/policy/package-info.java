/** Who gets which token. */
@NullMarked
package dev.parley.token.policy;

import org.jspecify.annotations.NullMarked;
