/** The REST API. */
@NullMarked
package dev.parley.token.http;

import org.jspecify.annotations.NullMarked;
