/** Values that must not print themselves. */
@NullMarked
package dev.parley.kit.secret;

import org.jspecify.annotations.NullMarked;
