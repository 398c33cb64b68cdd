/** Settings that cannot be used end the start in words. */
@NullMarked
package dev.parley.kit.config;

import org.jspecify.annotations.NullMarked;
