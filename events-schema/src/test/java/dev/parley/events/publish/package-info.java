/** Generates what is published about the contract, and proves that it is true. */
@NullMarked
package dev.parley.events.publish;

import org.jspecify.annotations.NullMarked;
