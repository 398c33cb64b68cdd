/** Tests. */
@NullMarked
package dev.parley.agent.config;

import org.jspecify.annotations.NullMarked;
