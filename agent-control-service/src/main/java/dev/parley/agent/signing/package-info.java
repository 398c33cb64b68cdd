/** Signs OpenAPI requests with HMAC-SHA256; pure, given credentials and an instant. */
@NullMarked
package dev.parley.agent.signing;

import org.jspecify.annotations.NullMarked;
