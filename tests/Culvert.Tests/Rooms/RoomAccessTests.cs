using System.Collections.Frozen;
using Culvert.Server.Rooms;

namespace Culvert.Tests.Rooms;

public sealed class RoomAccessTests
{
    private const long Now = 1_000_000;

    public static TheoryData<string, string, int, string> Matrix()
    {
        // What a session may do; a token may do no more than its scopes say.
        (string Who, Capability Public, Capability Private)[] rows =
        [
            ("anonymous", Capability.None, Capability.None),
            ("non-member", Capability.Write, Capability.None),
            ("member", Capability.Write, Capability.Write),
            ("left", Capability.Write, Capability.None),
            ("muted", Capability.Read, Capability.Read),
            ("mute ended", Capability.Write, Capability.Write),
            ("muted non-member", Capability.Read, Capability.None),
            ("moderator", Capability.Moderate, Capability.Moderate),
            ("muted moderator", Capability.Moderate, Capability.Moderate),
            ("room owner", Capability.Moderate, Capability.Moderate),
            ("left moderator", Capability.Write, Capability.None),
            ("banned", Capability.None, Capability.None),
            ("ban ended", Capability.Write, Capability.Write),
            ("banned moderator", Capability.None, Capability.None),
            ("server moderator", Capability.Moderate, Capability.None),
            ("server moderator and member", Capability.Moderate, Capability.Moderate),
            ("banned server moderator", Capability.None, Capability.None),
            ("server owner", Capability.Moderate, Capability.Moderate),
            ("banned server owner", Capability.Moderate, Capability.Moderate),
        ];
        (Scopes Scopes, Capability Most)[] scopes =
        [
            (Scopes.All, Capability.Moderate),
            (Scopes.Owner, Capability.Moderate),
            (Scopes.Moderate, Capability.Moderate),
            (Scopes.Read | Scopes.Write, Capability.Write),
            (Scopes.Write, Capability.Write),
            (Scopes.Read, Capability.Read),
            (Scopes.None, Capability.None),
        ];
        var data = new TheoryData<string, string, int, string>();
        foreach (var row in rows)
        {
            foreach (var (scope, most) in scopes)
            {
                data.Add(row.Who, nameof(RoomKind.Public), (int)scope, Least(row.Public, most).ToString());
                data.Add(row.Who, nameof(RoomKind.Private), (int)scope, Least(row.Private, most).ToString());
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public void The_gate_answers_as_the_matrix_says(string who, string kind, int scopes, string expected)
    {
        var caller = CallerOf(who) is { } known ? known with { Scopes = (Scopes)scopes } : null;

        var capability = RoomAccess.Of(caller, RoomOf(Enum.Parse<RoomKind>(kind)), MembershipOf(who), Now);

        Assert.Equal(expected, capability.ToString());
    }

    [Theory]
    [InlineData("lobby", RoomRole.Member, Capability.Write)]
    [InlineData("lobby", RoomRole.Owner, Capability.Moderate)]
    [InlineData("other", RoomRole.Member, Capability.None)]
    [InlineData("other", RoomRole.Owner, Capability.None)]
    internal void A_token_with_a_list_of_rooms_opens_no_other(string only, RoomRole role, Capability expected)
    {
        var caller = RoomRig.CallerOf(7, role) with { Rooms = new[] { only }.ToFrozenSet() };

        Assert.Equal(expected, RoomAccess.Of(caller, RoomOf(RoomKind.Public), Membership.None, Now));
    }

    [Theory]
    [InlineData("anonymous", Capability.None)]
    [InlineData("non-member", Capability.None)]
    [InlineData("member", Capability.Write)]
    [InlineData("room owner", Capability.Write)]
    [InlineData("server moderator", Capability.None)]
    [InlineData("server moderator and member", Capability.Write)]
    [InlineData("server owner", Capability.None)]
    internal void A_direct_room_is_for_its_people_and_nobody_moderates_it(string who, Capability expected) =>
        Assert.Equal(expected, RoomAccess.Of(CallerOf(who), RoomOf(RoomKind.Direct), MembershipOf(who), Now));

    [Theory]
    [InlineData("member", Capability.Read)]
    [InlineData("moderator", Capability.Moderate)]
    [InlineData("server owner", Capability.Moderate)]
    internal void In_a_read_only_room_moderators_alone_publish(string who, Capability expected)
    {
        var room = RoomOf(RoomKind.Public) with { IsReadOnly = true };

        Assert.Equal(expected, RoomAccess.Of(CallerOf(who), room, MembershipOf(who), Now));
    }

    [Theory]
    [InlineData("room owner")]
    [InlineData("server owner")]
    internal void A_deleted_room_is_nobodys(string who)
    {
        var room = RoomOf(RoomKind.Public) with { DeletedAt = 1 };

        Assert.Equal(Capability.None, RoomAccess.Of(CallerOf(who), room, MembershipOf(who), Now));
    }

    [Fact]
    public void A_ban_ends_at_its_time()
    {
        var membership = new Membership { BannedUntil = Now };

        Assert.Equal(
            [Capability.None, Capability.Write],
            new[] { Now - 1, Now }.Select(
                now => RoomAccess.Of(RoomRig.Alice, RoomOf(RoomKind.Public), membership, now)));
    }

    private static Capability Least(Capability one, Capability other) => one < other ? one : other;

    private static Caller? CallerOf(string who) => who switch
    {
        "anonymous" => null,
        _ when who.Contains("server owner", StringComparison.Ordinal) => RoomRig.CallerOf(7, RoomRole.Owner),
        _ when who.Contains("server moderator", StringComparison.Ordinal) => RoomRig.CallerOf(7, RoomRole.Moderator),
        _ => RoomRig.CallerOf(7),
    };

    private static Membership MembershipOf(string who)
    {
        var isMember = who is "member" or "muted" or "mute ended" or "moderator" or "muted moderator" or "room owner"
            or "banned" or "ban ended" or "banned moderator" or "server moderator and member";
        return new Membership
        {
            Joined = isMember,
            Role = who switch
            {
                "moderator" or "muted moderator" or "banned moderator" or "left moderator" => RoomRole.Moderator,
                "room owner" => RoomRole.Owner,
                _ => RoomRole.Member,
            },
            MutedUntil = who switch
            {
                "mute ended" => Now - 1,
                _ when who.StartsWith("muted", StringComparison.Ordinal) => long.MaxValue,
                _ => 0,
            },
            BannedUntil = who switch
            {
                "ban ended" => Now - 1,
                _ when who.StartsWith("banned", StringComparison.Ordinal) => long.MaxValue,
                _ => 0,
            },
        };
    }

    private static RoomRecord RoomOf(RoomKind kind) => new()
    {
        Id = 1,
        Name = "Lobby",
        NameKey = "lobby",
        Kind = kind,
        Epoch = "e",
        CreatorId = 1,
        CreatedAt = 0,
    };
}
