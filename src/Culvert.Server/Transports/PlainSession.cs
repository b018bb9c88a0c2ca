using System.Buffers;
using System.Text;
using System.Text.Json;
using Culvert.Protocol.WebSockets;
using Culvert.Server.Connections;
using Culvert.Server.Rooms;
using Culvert.Server.Transports.Commands;

namespace Culvert.Server.Transports;

/// <summary>The plain face of one room: a text frame in is a message or a <c>/command</c>.</summary>
/// <remarks>
/// Messages of one connection are committed one after the other in the order they came; what cannot be done is answered
/// with a text from nobody, to the sender only.
/// </remarks>
internal sealed class PlainSession(
    Subscriber subscriber,
    string room,
    RoomDirectory rooms,
    RoomCommands commands,
    RoomOptions options,
    TimeProvider time) : IWebSocketReceiver
{
    private TokenBucket _commands = new(options.CommandsBurst, time.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>The close code to end with after <see cref="ReceiveAsync"/> said stop.</summary>
    public int RefusedWith { get; private set; }

    public async ValueTask<bool> ReceiveAsync(WebSocketEvent received)
    {
        if (subscriber.Finished.IsCompleted)
        {
            return false;
        }

        subscriber.Received();
        switch (received.Kind)
        {
            case WebSocketEventKind.Ping:
                subscriber.Send(Frames.Pong(received.Payload.Span));
                break;
            case WebSocketEventKind.Text:
                await HearAsync(Encoding.UTF8.GetString(received.Payload.Span).Trim());
                break;
            case WebSocketEventKind.Binary:
                RefusedWith = CloseCode.UnsupportedData;
                return false;
            default:
                break;
        }

        if (subscriber.IsCrowded)
        {
            await subscriber.WhenUncrowdedAsync();
        }

        return true;
    }

    private async ValueTask HearAsync(string text)
    {
        var caller = subscriber.Caller;
        if (text.Length == 0)
        {
            Answer("An empty message was not sent.");
            return;
        }

        var wait = caller.IsUnlimited
            ? 0
            : _commands.Take(1, options.CommandsPerSecond, options.CommandsBurst, Now);
        if (wait > 0)
        {
            Answer($"Too fast: wait {wait} ms.");
            return;
        }

        if (CommandLine.MessageOf(text) is { } message)
        {
            await PublishAsync(caller, message);
        }
        else
        {
            await RunAsync(caller, text);
        }
    }

    private async ValueTask RunAsync(Caller caller, string text)
    {
        var entry = await rooms.EnterAsync(caller, room, Capability.Read, CancellationToken.None);
        var answer = entry.Room is { } entered
            ? await commands.RunAsync(new Entered(caller, entered, entry.Capability), text, CancellationToken.None)
            : new CommandAnswer(null, entry.Refusal);
        if (answer.Refusal is { } refusal)
        {
            Answer(refusal.Why ?? refusal.Code.Why);
        }
        else if (answer.Notice is { } notice)
        {
            Answer(notice.Text);
        }
    }

    private async ValueTask PublishAsync(Caller caller, string text)
    {
        var entry = await rooms.EnterAsync(caller, room, Capability.Write, CancellationToken.None);
        if (entry.Room is not { } entered)
        {
            Answer(entry.Refusal!.Why ?? entry.Refusal.Code.Why);
            return;
        }

        var (_, refusal) = await rooms.DoAsync(entered, caller, Acts.Message(DataOf(text), key: null));
        if (refusal is not null)
        {
            Answer(refusal.Why ?? refusal.Code.Why);
        }
    }

    private static byte[] DataOf(string text)
    {
        var output = new ArrayBufferWriter<byte>(text.Length + 16);
        using (var json = new Utf8JsonWriter(output, LooseJson.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteString("text"u8, text);
            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    private void Answer(string text)
    {
        var output = new ArrayBufferWriter<byte>(text.Length + 96);
        PlainFace.WriteText(output, text, Now, user: null);
        subscriber.Send(output.WrittenSpan.ToArray());
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();
}
