/** The REST API. */
@NullMarked
package dev.parley.agent.http;

import org.jspecify.annotations.NullMarked;
