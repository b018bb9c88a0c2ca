using Microsoft.Playwright;

namespace Culvert.IntegrationTests.Chat;

/// <summary>Measures pages as they are drawn.</summary>
internal static class PageLayout
{
    /// <summary>A phone of the smallest kind that counts.</summary>
    public static ViewportSize Phone => new() { Width = 360, Height = 640 };

    /// <summary>Fails when anything is wider than the page.</summary>
    public static async Task MustNotScrollSidewaysAsync(IPage page)
    {
        var wide = await page.EvaluateAsync<string[]>(
            """
            () => {
              const width = document.documentElement.clientWidth;
              const scroller = document.querySelector(".content") ?? document.documentElement;
              const over = scroller.scrollWidth > scroller.clientWidth + 1
                || document.documentElement.scrollWidth > width + 1;
              return over ? [...document.querySelectorAll("body *")]
                .filter((e) => e.getBoundingClientRect().right > width + 1 && !e.closest(".scroll"))
                .map((e) => e.outerHTML.slice(0, 120)) : [];
            }
            """);
        Assert.True(wide.Length == 0, $"{page.Url}\n{string.Join('\n', wide)}");
    }

    /// <summary>Fails when something that is pressed is smaller than a finger needs (44 px).</summary>
    public static async Task MustHaveLargeTargetsAsync(IPage page)
    {
        var small = await page.EvaluateAsync<string[]>(
            """
            () => [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
              .filter((e) => e.checkVisibility({ visibilityProperty: true }) && !e.closest(".unseen, .skip, p > a"))
              .filter((e) => !e.matches(".unseen, .skip, [type=hidden], [tabindex='-1']"))
              .filter((e) => !(e.parentElement.tagName === "P" && e.tagName === "A"))
              .map((e) => [e, (e.matches("[type=radio], [type=checkbox]") ? e.closest("label") : e)
                .getBoundingClientRect()])
              .filter(([, box]) => box.width > 0 && (box.height < 43.5 || box.width < 43.5))
              .map(([e, box]) => `${Math.round(box.width)}x${Math.round(box.height)} ${e.outerHTML.slice(0, 120)}`)
            """);
        Assert.True(small.Length == 0, $"{page.Url}\n{string.Join('\n', small)}");
    }
}
