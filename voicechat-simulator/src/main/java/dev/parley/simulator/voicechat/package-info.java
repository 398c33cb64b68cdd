/** The VoiceChat OpenAPI: what it accepts, how it refuses, and the tasks that it runs. */
@NullMarked
package dev.parley.simulator.voicechat;

import org.jspecify.annotations.NullMarked;
