package dev.parley.token.http;

import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The tokens of a batch, in the order asked for. */
@Schema(name = "Batch")
record BatchAnswer(String roomId, List<TokenAnswer> tokens) {
  static BatchAnswer of(List<TokenDesk.Issued> issued, TokenAnswer.Urls urls) {
    return new BatchAnswer(
        issued.get(0).token().token().roomId(),
        issued.stream().map(one -> TokenAnswer.of(one, urls)).toList());
  }
}
