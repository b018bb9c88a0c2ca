using System.Text;
using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;
using Culvert.Tests.Simulation;

namespace Culvert.Tests.Rooms;

public sealed class ActsTests
{
    [Fact]
    public void Acts_carry_the_members_of_their_lines()
    {
        Check(Acts.Message("1"u8.ToArray(), "k", 4), EventKind.Message, "", null);
        Check(Acts.Erase(3, "spam"), EventKind.Erase, "\"why\":\"spam\"", null);
        Check(Acts.Erase(3, null), EventKind.Erase, "", null);
        Check(
            Acts.React(3, "👍", true), EventKind.React, "\"emoji\":\"\\uD83D\\uDC4D\",\"on\":true",
            new RoomChange.OfReaction("👍", true));
        Check(
            Acts.Join(5, "eve"), EventKind.Join, "\"user\":\"eve\"",
            new RoomChange.OfMember(5, true, RoomRole.Member));
        Check(
            Acts.Join(5, "eve", RoomRole.Moderator), EventKind.Join, "\"user\":\"eve\",\"role\":\"moderator\"",
            new RoomChange.OfMember(5, true, RoomRole.Moderator));
        Check(
            Acts.Leave(5, "eve"), EventKind.Leave, "\"user\":\"eve\"",
            new RoomChange.OfMember(5, false, RoomRole.Member));
        Check(Acts.Kick(5, "eve", "rude"), EventKind.Kick, "\"user\":\"eve\",\"why\":\"rude\"", null);
        Check(
            Acts.Ban(5, "eve", null, 99), EventKind.Ban, "\"user\":\"eve\",\"until\":99",
            new RoomChange.OfMember(5, BannedUntil: 99));
        Check(
            Acts.Ban(5, "eve", null, null), EventKind.Ban, "\"user\":\"eve\"",
            new RoomChange.OfMember(5, BannedUntil: long.MaxValue));
        Check(
            Acts.Unban(5, "eve"), EventKind.Unban, "\"user\":\"eve\"", new RoomChange.OfMember(5, BannedUntil: 0));
        Check(
            Acts.Mute(5, "eve", "caps \"lock\"", null), EventKind.Mute,
            "\"user\":\"eve\",\"why\":\"caps \\\"lock\\\"\"", new RoomChange.OfMember(5, MutedUntil: long.MaxValue));
        Check(
            Acts.Unmute(5, "eve"), EventKind.Unmute, "\"user\":\"eve\"", new RoomChange.OfMember(5, MutedUntil: 0));
        Check(Acts.Topic("ü"), EventKind.Topic, "\"topic\":\"ü\"", new RoomChange.OfSettings(Topic: "ü"));
        Check(Acts.Clear(), EventKind.Clear, "", new RoomChange.OfClear());
        Check(
            Acts.Settings(RoomKind.Private, 5, null), EventKind.Settings, "\"kind\":\"private\",\"retainMs\":5",
            new RoomChange.OfSettings(RoomKind.Private, null, 5));
    }

    [Theory]
    [InlineData(AppendOutcome.Committed, null)]
    [InlineData(AppendOutcome.Duplicate, null)]
    [InlineData(AppendOutcome.Unchanged, null)]
    [InlineData(AppendOutcome.Conflict, "key_conflict")]
    [InlineData(AppendOutcome.OffsetMismatch, "offset_mismatch")]
    [InlineData(AppendOutcome.NoSuchMessage, "no_message")]
    [InlineData(AppendOutcome.NotAuthor, "forbidden")]
    [InlineData(AppendOutcome.NoSuchRoom, "not_found")]
    [InlineData(AppendOutcome.StorageFull, "storage_full")]
    [InlineData(AppendOutcome.StorageFailed, "storage_failed")]
    [InlineData(AppendOutcome.None, "storage_failed")]
    internal void An_outcome_has_its_word(AppendOutcome outcome, string? code)
    {
        using var rig = new RoomRig();
        var append = new SimulatedAppend(rig.Room, RoomRig.Alice, Acts.Clear(), false, static _ => { })
        {
            Outcome = outcome,
        };

        Assert.Equal(code, Outcomes.RefusalOf(append)?.Code.Code);
    }

    private static void Check(Act act, EventKind kind, string detail, RoomChange? change)
    {
        Assert.Equal(kind, act.Kind);
        Assert.Equal(detail, Encoding.UTF8.GetString(act.Detail.Span));
        Assert.Equal(change, act.Change);
    }
}
