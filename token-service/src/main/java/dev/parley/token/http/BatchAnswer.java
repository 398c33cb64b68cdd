package dev.parley.token.http;

import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The tokens of a batch, in the order asked for. */
@Schema(name = "Batch")
record BatchAnswer(String roomId, List<TokenAnswer> tokens) {}
