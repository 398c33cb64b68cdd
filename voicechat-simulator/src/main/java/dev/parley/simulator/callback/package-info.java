/** The cloud's HTTP calls to its customers: event webhooks, message callbacks, function calls. */
@NullMarked
package dev.parley.simulator.callback;

import org.jspecify.annotations.NullMarked;
