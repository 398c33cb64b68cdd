package dev.parley.simulator.voicechat;

/**
 * The error codes that the OpenAPI answers with.
 *
 * <p>The codes are the vendor's. Not known, and chosen here: every HTTP status; the codes of the
 * signature's faults, of which the vendor's own tool lists SIGNATURE_MISMATCH and
 * INVALID_ACCESS_KEY as unverified; that a duplicate start's well-known message comes with
 * TASK_ALREADY_EXISTS.
 */
public enum ErrorCode {
  /** Something in the parameters. */
  INVALID_PARAMETER("InvalidParameter", 400),
  /** The task runs already. */
  TASK_ALREADY_EXISTS("InvalidParameter.TaskAlreadyExists", 400),
  /** No such task runs. */
  ACTIVE_TASK_NOT_FOUND("InvalidParameter.ErrorActiveTaskNotFound", 400),
  /** A room id outside the id rule. */
  ILLEGAL_ROOM_ID("InvalidParameter.IllegalRoomID", 400),
  /** No body. */
  BODY_IS_EMPTY("InvalidParameter.BodyIsEmpty", 400),
  /** A body that is not a JSON object. */
  UNMARSHAL("InvalidParameter.Unmarshal", 400),
  /** No AppId. */
  NO_APP_ID("MissingParameter.NoAppId", 400),
  /** No RoomId. */
  NO_ROOM_ID("MissingParameter.NoRoomId", 400),
  /** No target user, or no agent user where one is needed. */
  NO_USER_ID("MissingParameter.NoUserId", 400),
  /** The app may not use this version of the service. */
  SERVICE_NOT_ENABLED("AccessDenied.ServiceNotEnabled", 403),
  /** The account does not own the app. */
  NO_PERMISSION_FOR_APP("AccessDenied.NoPermissionForApp", 403),
  /** Credentials missing or malformed. */
  UNAUTHORIZED("Unauthorized", 401),
  /** An access key that nobody has. */
  INVALID_ACCESS_KEY("InvalidAccessKey", 401),
  /** Another signature than expected. */
  SIGNATURE_MISMATCH("SignatureDoesNotMatch", 401),
  /** More than the account's quota. */
  QPS_OVER_LIMIT("FlowLimitExceeded.QPSOverLimit", 429),
  /** No such action. */
  UNKNOWN_ACTION("UnknownAction", 404),
  /** No such version. */
  UNKNOWN_VERSION("UnknownVersion", 404),
  /** Another operation on the task is under way. */
  PARALLEL("InternalError.Parallel", 500),
  /** A bound of the simulator itself. */
  REACH_RATE_LIMIT("InternalError.ReachRateLimit", 500);

  private final String text;
  private final int httpStatus;

  ErrorCode(String text, int httpStatus) {
    this.text = text;
    this.httpStatus = httpStatus;
  }

  /** Error.Code on the wire. */
  public String text() {
    return text;
  }

  /** The HTTP status that goes with it. */
  public int httpStatus() {
    return httpStatus;
  }
}
