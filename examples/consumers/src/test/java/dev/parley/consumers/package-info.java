/** The consumers of the quick start, run as people run them. */
@NullMarked
package dev.parley.consumers;

import org.jspecify.annotations.NullMarked;
