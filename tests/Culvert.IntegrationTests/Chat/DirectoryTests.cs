using System.Net;
using Microsoft.Playwright;

namespace Culvert.IntegrationTests.Chat;

/// <summary>The directory of rooms, and making rooms.</summary>
[Collection(nameof(PageBrowserCollection))]
public sealed class DirectoryTests(BrowserFixture browser)
{
    [Fact]
    public async Task T1_13_Bad_names_of_rooms_get_an_answer_beside_the_field_and_the_rest_is_kept()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var anna = await rig.PersonAsync("anna");
        using var made = await anna.Api.SendAsync(HttpMethod.Post, "/v1/rooms", """{"name":"Kitchen"}""");
        await anna.Page.GotoAsync("/chat/rooms");

        await MustRefuseAsync("", "must not be empty");
        await MustRefuseAsync(new string('x', 65), "At most 64 characters");
        await MustRefuseAsync("no blanks", "letter or digit");
        await MustRefuseAsync("kitchen", "taken");
        await MustRefuseAsync("kitсhen", "taken");
        await MustRefuseAsync("api", "taken or reserved");

        async Task MustRefuseAsync(string name, string why)
        {
            // The browser's own check would stop an empty name before the server sees it.
            await anna.Page.EvaluateAsync("() => { document.getElementById('create').noValidate = true; }");
            await anna.Page.FillAsync("#create #name", name);
            await anna.Page.FillAsync("#create #topic", "Tea");
            await anna.Page.CheckAsync("#create input[value=private]");
            await anna.Page.ClickAsync("#create button");

            await Assertions.Expect(anna.Page.Locator("#name-problem")).ToContainTextAsync(why);
            Assert.Equal("name-problem name-hint", await anna.Page.GetAttributeAsync("#name", "aria-describedby"));
            Assert.Equal(name, await anna.Page.InputValueAsync("#name"));
            Assert.Equal("Tea", await anna.Page.InputValueAsync("#topic"));
            Assert.True(await anna.Page.IsCheckedAsync("#create input[value=private]"));
        }
    }

    [Fact]
    public async Task T1_13_A_good_name_opens_the_room_with_the_focus_in_the_composer()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var anna = await rig.PersonAsync("anna");

        await anna.Page.GotoAsync("/chat/rooms");
        await anna.Page.FillAsync("#create #name", "Кухня");
        await anna.Page.ClickAsync("#create button");

        await anna.Page.ReachesAsync("**/chat/rooms/%D0%9A%D1%83%D1%85%D0%BD%D1%8F");
        await anna.Page.WaitForFunctionAsync("() => document.activeElement?.closest('#composer')");
        Assert.Equal(1, await anna.Page.Locator("#rooms a[data-room='Кухня'][aria-current=page]").CountAsync());
    }

    [Fact]
    public async Task T1_14_The_directory_filters_as_one_types_and_says_when_nothing_fits()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var anna = await rig.PersonAsync("anna");
        foreach (var (name, topic) in new[] { ("kitchen", "Tea and kettles"), ("Йога", ""), ("garden", "") })
        {
            await anna.Api.MustAsync(HttpMethod.Post, "/v1/rooms", $$"""{"name":"{{name}}","topic":"{{topic}}"}""");
        }

        await anna.Page.GotoAsync("/chat/rooms");
        var shown = anna.Page.Locator("#all > li:visible");
        await Assertions.Expect(shown).ToHaveCountAsync(4);
        var filter = anna.Page.Locator("input[data-filter='#all']");
        await filter.FillAsync("KETTLE");
        await Assertions.Expect(shown).ToHaveCountAsync(1);
        await filter.FillAsync("ио");
        await Assertions.Expect(shown).ToHaveTextAsync([new System.Text.RegularExpressions.Regex("Йога")]);
        await filter.FillAsync("nothing like it");
        await Assertions.Expect(anna.Page.Locator("#all-none")).ToBeVisibleAsync();
        await filter.PressAsync("Escape");
        await Assertions.Expect(shown).ToHaveCountAsync(4);
    }

    [Fact]
    public async Task T1_14_Joining_leads_into_the_room_and_leaving_takes_it_out_of_the_list()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var anna = await rig.PersonAsync("anna");
        await rig.Server.Owner.PublishTextsAsync("lobby", ["written before"]);

        await anna.Page.GotoAsync("/chat/rooms");
        Assert.Equal(0, await anna.Page.Locator("#rooms a[data-room=lobby]").CountAsync());
        await anna.Page.ClickAsync("button[aria-label='Join lobby']");
        await anna.Page.ReachesAsync("**/chat/rooms/lobby");
        await Assertions.Expect(anna.Page.Locator("#timeline")).ToContainTextAsync("written before");
        Assert.Equal(1, await anna.Page.Locator("#rooms a[data-room=lobby]").CountAsync());

        await anna.Page.GotoAsync("/chat/rooms");
        await anna.Page.ClickAsync("button[aria-label='Leave lobby']");
        await Assertions.Expect(anna.Page.Locator(".note")).ToHaveTextAsync("You left lobby.");
        Assert.Equal(0, await anna.Page.Locator("#rooms a[data-room=lobby]").CountAsync());
    }

    [Fact]
    public async Task The_front_door_leads_to_the_room_that_was_open_last()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var anna = await rig.PersonAsync("anna");
        await anna.Api.MustAsync(HttpMethod.Post, "/v1/rooms/lobby/members", """{"user":"anna"}""");

        await anna.Page.GotoAsync("/");
        Assert.EndsWith("/chat/rooms", anna.Page.Url, StringComparison.Ordinal);
        await anna.Page.GotoAsync("/chat/rooms/lobby");
        await anna.Page.GotoAsync("/");

        Assert.EndsWith("/chat/rooms/lobby", anna.Page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_private_room_and_one_that_is_not_there_have_the_same_settings_page()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var anna = await rig.PersonAsync("anna");
        await rig.Server.Owner.MustAsync(HttpMethod.Post, "/v1/rooms", """{"name":"board","kind":"private"}""");

        foreach (var path in new[] { "/settings", "" })
        {
            var hidden = await anna.Page.GotoAsync($"/chat/rooms/board{path}");
            var first = await anna.Page.Locator("main").InnerTextAsync();
            var missing = await anna.Page.GotoAsync($"/chat/rooms/nothing{path}");

            Assert.Equal((int)HttpStatusCode.NotFound, hidden!.Status);
            Assert.Equal((int)HttpStatusCode.NotFound, missing!.Status);
            Assert.Equal(first, await anna.Page.Locator("main").InnerTextAsync());
        }
    }

    [Fact]
    public async Task T1_18_A_member_sees_no_controls_of_moderators_and_a_moderator_does()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var anna = await rig.PersonAsync("anna");
        await anna.Api.MustAsync(HttpMethod.Post, "/v1/rooms", """{"name":"kitchen"}""");
        var boris = await rig.PersonAsync("boris");
        await boris.Api.MustAsync(HttpMethod.Post, "/v1/rooms/kitchen/members", """{"user":"boris"}""");

        await boris.Page.GotoAsync("/chat/rooms/kitchen/settings");
        var controls = boris.Page.Locator("[name=topic], [name=kind], [name=act], [name=role], [name=confirm]");
        Assert.Equal(0, await controls.CountAsync());
        await anna.Page.GotoAsync("/chat/rooms/kitchen/settings");
        Assert.Equal(1, await anna.Page.Locator("#topic").CountAsync());
        Assert.NotEqual(0, await anna.Page.Locator("[name=act]").CountAsync());

        await boris.Page.GotoAsync("/chat/admin");
        await Assertions.Expect(boris.Page.Locator("h1")).ToHaveTextAsync("That is not allowed");
    }

    [Fact]
    public async Task T1_16_More_people_to_write_to_are_added_to_those_that_are_there()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var olga = await rig.PersonAsync("olga");
        await CrowdAsync(rig, 110);
        var people = olga.Page.Locator("#people-list > li");
        var more = olga.Page.Locator("nav[data-more='#people-list'] a[rel=next]");

        await olga.Page.GotoAsync("/chat/rooms");
        await Assertions.Expect(people).ToHaveCountAsync(49);
        await more.ClickAsync();
        await Assertions.Expect(people).ToHaveCountAsync(99);
        Assert.True(await people.Nth(49).Locator("button").EvaluateAsync<bool>("b => b === document.activeElement"));
        await more.ClickAsync();
        await Assertions.Expect(people).ToHaveCountAsync(110);
        await Assertions.Expect(more).ToHaveCountAsync(0);
        Assert.Equal(
            110,
            await people.EvaluateAllAsync<int>("all => new Set(all.map(li => li.dataset.filterText)).size"));
        Assert.EndsWith("/chat/rooms", olga.Page.Url, StringComparison.Ordinal);

        await people.Last.Locator("button").ClickAsync();
        await olga.Page.ReachesAsync("**/chat/rooms/direct-*");
        await Assertions.Expect(olga.Page.Locator(".room-name h1")).ToHaveTextAsync("person-110");
    }

    [Fact]
    public async Task T1_18_More_users_are_added_to_those_that_an_owner_sees()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var olga = await rig.PersonAsync("olga", "owner");
        await CrowdAsync(rig, 60);

        await olga.Page.GotoAsync("/chat/admin");
        await olga.Page.ClickAsync("nav[data-more='#user-list'] a[rel=next]");

        // The built-in owner and olga are users too.
        await Assertions.Expect(olga.Page.Locator("#user-list > li")).ToHaveCountAsync(62);
        var last = olga.Page.Locator("#user-list > li").Last;
        await Assertions.Expect(last).ToContainTextAsync("person-060");
    }

    /// <summary>Makes so many users, <c>person-001</c> and on.</summary>
    internal static async Task CrowdAsync(ChatRig rig, int count)
    {
        foreach (var number in Enumerable.Range(1, count))
        {
            await rig.Server.Owner.MustAsync(
                HttpMethod.Post,
                "/v1/users",
                $$"""{"name":"person-{{number:D3}}","password":"correct horse battery"}""");
        }
    }

    [Fact]
    public async Task T1_20_Deleting_a_room_asks_for_its_name_and_can_be_undone()
    {
        await using var rig = await ChatRig.StartAsync(browser);
        var anna = await rig.PersonAsync("anna");
        await anna.Api.MustAsync(HttpMethod.Post, "/v1/rooms", """{"name":"kitchen"}""");

        await anna.Page.GotoAsync("/chat/rooms/kitchen/settings");
        await anna.Page.FillAsync("#confirm", "kitche");
        await anna.Page.ClickAsync(".danger-zone button");
        await Assertions.Expect(anna.Page.Locator("#confirm-problem")).ToContainTextAsync("not the name");
        await anna.Page.FillAsync("#confirm", "kitchen");
        await anna.Page.ClickAsync(".danger-zone button");
        await anna.Page.ReachesAsync("**/chat/rooms?deleted=kitchen");
        Assert.Equal(0, await anna.Page.Locator("#rooms a[data-room=kitchen]").CountAsync());
        await anna.Page.ClickAsync(".note button");

        await anna.Page.ReachesAsync("**/chat/rooms/kitchen");
        Assert.Equal(1, await anna.Page.Locator("#rooms a[data-room=kitchen]").CountAsync());
    }
}
