/** What an hour adds up to. */
@NullMarked
package dev.parley.analytics.hour;

import org.jspecify.annotations.NullMarked;
