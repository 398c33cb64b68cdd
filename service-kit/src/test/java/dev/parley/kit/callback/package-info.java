/** Tests. */
@NullMarked
package dev.parley.kit.callback;

import org.jspecify.annotations.NullMarked;
