/** The job as a whole. */
@NullMarked
package dev.parley.analytics;

import org.jspecify.annotations.NullMarked;
