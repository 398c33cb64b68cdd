/** The settings, and what is built from them at the start. */
@NullMarked
package dev.parley.token.config;

import org.jspecify.annotations.NullMarked;
