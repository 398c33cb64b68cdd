/** Tests of what benchmarks make of their figures. */
@NullMarked
package dev.parley.bench;

import org.jspecify.annotations.NullMarked;
