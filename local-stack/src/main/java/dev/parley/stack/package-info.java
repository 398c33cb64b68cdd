/** Parley on one machine: the words of the command line. */
@NullMarked
package dev.parley.stack;

import org.jspecify.annotations.NullMarked;
