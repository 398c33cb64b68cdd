/** What an hour of a room adds up to; plain Java that knows nothing of Kafka. */
@NullMarked
package dev.parley.analytics.hour;

import org.jspecify.annotations.NullMarked;
