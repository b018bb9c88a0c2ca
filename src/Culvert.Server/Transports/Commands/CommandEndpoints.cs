using Culvert.Protocol.Rooms;
using Culvert.Server.Accounts;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;
using Microsoft.AspNetCore.Http;

namespace Culvert.Server.Transports.Commands;

/// <summary>Answers <c>/v1/rooms/{room}/commands</c>.</summary>
internal sealed class CommandEndpoints(RoomDirectory rooms, RoomCommands commands)
{
    /// <summary><c>GET</c>: those that the caller may use here.</summary>
    public async Task ListAsync(HttpContext context)
    {
        if (await RoomGate.EnterAsync(context, rooms, Scopes.Read, Capability.Read) is { } entered)
        {
            var list = new CommandList { Commands = [.. commands.For(entered.Capability).Select(InfoOf)] };
            await JsonBody.WriteAsync(context, StatusCodes.Status200OK, list, RoomBodies.Default.CommandList);
        }
    }

    /// <summary><c>POST {"text"}</c>: runs one.</summary>
    public async Task RunAsync(HttpContext context)
    {
        if (await RoomGate.EnterAsync(context, rooms, Scopes.None, Capability.Read) is not { } entered
            || await JsonBody.ReadAsync(context, RoomBodies.Default.CommandBody) is not { } body)
        {
            return;
        }

        if (CommandLine.MessageOf(body.Text.Trim()) is not null)
        {
            await ProblemWriter.WriteAsync(
                context, ErrorCode.BadCommand, "A command begins with one slash; this is a message to publish.");
            return;
        }

        var answer = await commands.RunAsync(entered, body.Text, context.RequestAborted);
        if (answer.Refusal is { } refusal)
        {
            await Refusals.WriteAsync(context, refusal);
            return;
        }

        var reply = new CommandNotice
        {
            Notice = answer.Notice?.Text,
            Reason = answer.Notice?.Reason.Key,
            Values = answer.Notice?.Members,
        };
        await JsonBody.WriteAsync(context, StatusCodes.Status200OK, reply, RoomBodies.Default.CommandNotice);
    }

    private static CommandInfo InfoOf(RoomCommand command) =>
        new() { Name = command.Name, Usage = command.Usage, What = command.What };
}
