/** The demo call: one whole voice-agent call through the public interfaces. */
@NullMarked
package dev.parley.stack.demo;

import org.jspecify.annotations.NullMarked;
