/** The settings: their defaults, every key, and what the start refuses. */
@NullMarked
package dev.parley.token.config;

import org.jspecify.annotations.NullMarked;
