/** Tests of the settings. */
@NullMarked
package dev.parley.room.config;

import org.jspecify.annotations.NullMarked;
