/** Figures that a person and a program can read. */
@NullMarked
package dev.parley.stack.report;

import org.jspecify.annotations.NullMarked;
