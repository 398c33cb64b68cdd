package dev.parley.room.ingest;

/** A client's report that cannot be taken in, and how the client is to mend it. */
public final class RefusedReportException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String code;

  RefusedReportException(String code, String detail) {
    super(detail, null, false, false);
    this.code = code;
  }

  /** Stable, for programs. */
  public String code() {
    return code;
  }

  /** One sentence for people; quotes no content. */
  public String detail() {
    return String.valueOf(getMessage());
  }
}
