namespace Culvert.Client.Messages;

/// <summary>A message that has begun and waits for somebody to ask for it; completes with what becomes of it.</summary>
/// <param name="begun">Goes to a reader.</param>
internal sealed class MessageClaim(Message begun)
    : TaskCompletionSource<MessageFate>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public Message Begun => begun;
}
