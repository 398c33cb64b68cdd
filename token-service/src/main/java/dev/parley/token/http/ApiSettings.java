package dev.parley.token.http;

import java.net.URI;
import java.time.Duration;

/**
 * What resources take from the settings.
 *
 * @param roomGateway the room gateway, as clients reach it
 * @param agentControl agent control, as clients reach it
 * @param maxBatch most users in one batch
 * @param jwksMaxAge how long readers may keep the JWKS
 */
public record ApiSettings(URI roomGateway, URI agentControl, int maxBatch, Duration jwksMaxAge) {}
