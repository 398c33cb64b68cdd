/** What Parley measures and breaks on purpose. */
@NullMarked
package dev.parley.bench;

import org.jspecify.annotations.NullMarked;
