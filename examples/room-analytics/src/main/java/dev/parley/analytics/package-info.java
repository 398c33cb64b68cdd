/** Example: what happened in each room in each hour. */
@NullMarked
package dev.parley.analytics;

import org.jspecify.annotations.NullMarked;
