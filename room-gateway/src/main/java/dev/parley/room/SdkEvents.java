package dev.parley.room;

import java.util.Set;

/**
 * The events of the Web SDK by name, as of {@code @volcengine/rtc} 4.68.4: 80 of the room engine
 * and 10 of WTN streams.
 */
public final class SdkEvents {
  public static final String USER_JOINED = "onUserJoined";
  public static final String USER_LEAVE = "onUserLeave";
  public static final String PUBLISH_STREAM = "onUserPublishStream";
  public static final String UNPUBLISH_STREAM = "onUserUnpublishStream";
  public static final String PUBLISH_SCREEN = "onUserPublishScreen";
  public static final String UNPUBLISH_SCREEN = "onUserUnpublishScreen";
  public static final String START_AUDIO_CAPTURE = "onUserStartAudioCapture";
  public static final String STOP_AUDIO_CAPTURE = "onUserStopAudioCapture";
  public static final String START_VIDEO_CAPTURE = "onUserStartVideoCapture";
  public static final String STOP_VIDEO_CAPTURE = "onUserStopVideoCapture";
  public static final String ROOM_BINARY_MESSAGE = "onRoomBinaryMessageReceived";
  public static final String USER_BINARY_MESSAGE = "onUserBinaryMessageReceived";
  public static final String OUTSIDE_BINARY_MESSAGE = "onUserBinaryMessageReceivedOutsideRoom";
  public static final String ERROR = "onError";
  public static final String CONNECTION_STATE = "onConnectionStateChanged";
  public static final String TOKEN_WILL_EXPIRE = "onTokenWillExpire";
  public static final String PUBLISH_WILL_EXPIRE = "onTokenPublishPrivilegeWillExpire";
  public static final String PUBLISH_EXPIRED = "onTokenPublishPrivilegeDidExpired";
  public static final String SUBSCRIBE_WILL_EXPIRE = "onTokenSubscribePrivilegeWillExpire";
  public static final String SUBSCRIBE_EXPIRED = "onTokenSubscribePrivilegeDidExpired";

  private static final Set<String> TELEMETRY =
      Set.of(
          "onNetworkQuality",
          "onLocalAudioPropertiesReport",
          "onRemoteAudioPropertiesReport",
          "onAudioVolumeIndication",
          "onActiveSpeaker",
          "onAudioPlaybackDeviceTestVolume",
          "onJitterBufferTargetStabled",
          "onLocalStreamStats",
          "onRemoteStreamStats",
          "onPublicStreamStats",
          "onLocalStatsException",
          "onRemoteStatsException",
          "onPublicStatsException",
          "onWTNRemoteVideoStats",
          "onWTNRemoteAudioStats",
          "onWTNLocalStatsException",
          "onWTNRemoteStatsException");

  private static final Set<String> OTHERS =
      Set.of(
          "onPlayerEvent",
          USER_JOINED,
          USER_LEAVE,
          CONNECTION_STATE,
          "onVendorConnectionStateChanged",
          PUBLISH_STREAM,
          UNPUBLISH_STREAM,
          PUBLISH_SCREEN,
          UNPUBLISH_SCREEN,
          "onVideoFirstFrameRendered",
          "onVideoFirstFrameDecoded",
          "onRemoteVideoFirstFrame",
          "onAudioFirstFrameDecoded",
          "onRemoteAudioFirstFrame",
          "onVideoDeviceStateChanged",
          "onAudioDeviceStateChanged",
          "onTrackEnded",
          "onTrackMute",
          "onTrackUnmute",
          "onRoomMessageReceived",
          ROOM_BINARY_MESSAGE,
          "onUserMessageReceived",
          USER_BINARY_MESSAGE,
          "onAudioPlaybackDeviceChanged",
          START_AUDIO_CAPTURE,
          STOP_AUDIO_CAPTURE,
          START_VIDEO_CAPTURE,
          STOP_VIDEO_CAPTURE,
          "onSEIMessageReceived",
          "onSEIStreamUpdate",
          "onAutoSubscribeResult",
          "onAutoPublishResult",
          "onAutoplayFailed",
          "onLiveTranscodingResult",
          ERROR,
          "onAudioMixingStateChanged",
          "onUserMessageReceivedOutsideRoom",
          OUTSIDE_BINARY_MESSAGE,
          TOKEN_WILL_EXPIRE,
          PUBLISH_WILL_EXPIRE,
          PUBLISH_EXPIRED,
          SUBSCRIBE_WILL_EXPIRE,
          SUBSCRIBE_EXPIRED,
          "onCloudProxyConnected",
          "onPushPublicStreamResult",
          "onPublicStreamSEIMessageReceived",
          "onFirstPublicStreamVideoFrameDecoded",
          "onFirstPublicStreamAudioFrameDecoded",
          "onFirstPublicStreamVideoFrameRendered",
          "onSimulcastSubscribeFallback",
          "onRemoteVideoSizeChanged",
          "onStreamMixingEvent",
          "onVideoStreamBanned",
          "onAudioStreamBanned",
          "onLocalVideoSizeChanged",
          "onSubtitleStateChanged",
          "onSubtitleMessageReceived",
          "onServerParamsSetResult",
          "onLocalStreamTrackChangedByExtension",
          "onForwardStreamError",
          "onRejoinWithTcp",
          "onIceConnectWithTcp",
          "onPublishRetry",
          "onSubscribeRetry",
          "onPublishResult",
          "onSubscribeResult",
          "onPlayerVisibility",
          "onWTNPushStateChanged",
          "onWTNPlayStateChanged",
          "onWTNRemoteAudioStateChanged",
          "onWTNRemoteVideoStateChanged",
          "onWTNFirstRemoteVideoFrameDecoded",
          "onWTNSEIMessageReceived");

  private SdkEvents() {}

  /** True when the SDK has an event of that name. */
  public static boolean known(String name) {
    return TELEMETRY.contains(name) || OTHERS.contains(name);
  }

  /** True for what the SDK reports by itself all the time: quality, levels, statistics. */
  public static boolean telemetry(String name) {
    return TELEMETRY.contains(name);
  }
}
