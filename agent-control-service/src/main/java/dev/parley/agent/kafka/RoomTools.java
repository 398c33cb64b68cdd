package dev.parley.agent.kafka;

import dev.parley.agent.AgentControl;
import dev.parley.agent.cloud.CloudCaller;
import dev.parley.agent.reaper.Reaper;
import dev.parley.agent.scene.ToolWaiting;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * What every room works with.
 *
 * @param toolWaiting how long agents of a scene wait for tools; empty where they are not watched
 * @param idleTimeout how long the cloud goes on with an agent of a scene whose user is gone; empty
 *     where the scene does not say
 */
public record RoomTools(
    AgentControl control,
    Reaper reaper,
    CloudCaller caller,
    CloudRequests requests,
    Function<String, Optional<ToolWaiting>> toolWaiting,
    Function<String, Optional<Duration>> idleTimeout,
    Journal journal,
    Clock clock,
    MeterRegistry metrics,
    WorkerSettings settings) {}
