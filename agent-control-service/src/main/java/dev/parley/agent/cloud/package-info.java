/** The VoiceChat OpenAPI: how it is called, what its answers mean, when a call is repeated. */
@NullMarked
package dev.parley.agent.cloud;

import org.jspecify.annotations.NullMarked;
