/** The secret path of the cloud's callbacks. */
@NullMarked
package dev.parley.kit.callback;

import org.jspecify.annotations.NullMarked;
