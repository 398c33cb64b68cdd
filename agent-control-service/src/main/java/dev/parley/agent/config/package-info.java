/** Configuration and wiring. */
@NullMarked
package dev.parley.agent.config;

import org.jspecify.annotations.NullMarked;
