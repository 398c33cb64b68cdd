/** Tests of the embedded broker. */
@NullMarked
package dev.parley.kafka;

import org.jspecify.annotations.NullMarked;
