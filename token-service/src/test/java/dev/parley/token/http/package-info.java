/** The REST API as callers see it. */
@NullMarked
package dev.parley.token.http;

import org.jspecify.annotations.NullMarked;
