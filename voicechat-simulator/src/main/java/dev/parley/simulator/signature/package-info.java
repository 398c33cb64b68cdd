/**
 * Checks signed OpenAPI requests; written from the specification alone, shares no code with any
 * signer.
 */
@NullMarked
package dev.parley.simulator.signature;

import org.jspecify.annotations.NullMarked;
