// Emoji and their names, in the order of the picker: a line with # begins a group, any other line has emoji
// and their names, the best known first, between bars. Read by Culvert.Chat/Markup/EmojiTable.cs too: it takes what stands between the
// two quotes of the template.

const table = `
#faces
😀 grinning grinning_face|😁 grin grinning_face_with_smiling_eyes|😂 joy laugh lol face_with_tears_of_joy
😃 smiley smiling_face_with_open_mouth|😄 smile happy smiling_face_with_open_mouth_and_smiling
😅 sweat_smile smiling_face_with_open_mouth_and_cold
😆 laughing satisfied smiling_face_with_open_mouth_and_tightly|😇 innocent angel_face smiling_face_with_halo
😈 smiling_imp smiling_face_with_horns|😉 wink winking_face|😊 blush smiling_face_with_smiling_eyes
😋 yum face_savouring_delicious_food|😌 relieved relieved_face|😍 heart_eyes smiling_face_with_heart_shaped_eyes
😎 sunglasses cool_face smiling_face_with_sunglasses|😏 smirk smirking_face|😐 neutral_face
😑 expressionless expressionless_face|😒 unamused unamused_face|😓 sweat face_with_cold_sweat
😔 pensive sad pensive_face|😕 confused confused_face|😖 confounded confounded_face|😗 kissing_face
😘 kissing_heart face_throwing_a_kiss|😙 kissing_face_with_smiling_eyes|😚 kissing_face_with_closed_eyes
😛 stuck_out_tongue face_with_stuck_out_tongue
😜 stuck_out_tongue_winking_eye face_with_stuck_out_tongue_and_winking|😝 face_with_stuck_out_tongue_and_tightly
😞 disappointed disappointed_face|😟 worried worried_face|😠 angry angry_face|😡 rage pout pouting_face
😢 cry crying_face|😣 persevere persevering_face|😤 triumph face_with_look_of_triumph
😥 disappointed_relieved disappointed_but_relieved_face|😦 frowning frowning_face_with_open_mouth
😧 anguished anguished_face|😨 fearful fearful_face|😩 weary weary_face|😪 sleepy sleepy_face|😫 tired_face
😬 grimacing grimacing_face|😭 sob loudly_crying_face|😮 open_mouth wow face_with_open_mouth|😯 hushed hushed_face
😰 cold_sweat face_with_open_mouth_and_cold_sweat|😱 scream face_screaming_in_fear|😲 astonished astonished_face
😳 flushed flushed_face|😴 sleeping zzz_face sleeping_face|😵 dizzy_face|😶 no_mouth face_without_mouth
😷 mask face_with_medical_mask|😸 grinning_cat_face_with_smiling_eyes|😹 cat_face_with_tears_of_joy
😺 smiling_cat_face_with_open_mouth|😻 smiling_cat_face_with_heart_shaped_eyes|😼 cat_face_with_wry_smile
😽 kissing_cat_face_with_closed_eyes|😾 pouting_cat_face|😿 crying_cat_face|🙀 weary_cat_face
🙁 slightly_frowning_face|🙂 slight_smile slightly_smiling_face|🙃 upside_down upside_down_face
🙄 roll_eyes face_with_rolling_eyes|🤐 zipper_mouth zipper_mouth_face|🤑 money_mouth money_mouth_face
🤒 face_with_thermometer sick|🤓 nerd_face|🤔 thinking hmm thinking_face|🤕 face_with_head_bandage hurt
🤖 robot bot robot_face|🤗 hugs hug hugging_face|🤠 cowboy_hat_face face_with_cowboy_hat|🤡 clown_face
🤢 nauseated_face|🤣 rofl rolling_on_the_floor_laughing|🤤 drooling_face|🤥 lying_face|🤦 facepalm face_palm
🤧 sneezing_face|🤨 raised_eyebrow face_with_one_eyebrow_raised|🤩 star_struck grinning_face_with_star_eyes
🤪 zany_face crazy grinning_face_with_one_large_and_one
🤫 shushing_face quiet face_with_finger_covering_closed_lips
🤬 cursing_face serious_face_with_symbols_covering_mouth
🤭 hand_over_mouth oops smiling_face_with_smiling_eyes_and_hand|🤮 vomiting_face face_with_open_mouth_vomiting
🤯 exploding_head mind_blown shocked_face_with_exploding_head
🥰 smiling_face_with_hearts in_love smiling_face_with_smiling_eyes_and_three|🥱 yawning_face
🥲 smiling_face_with_tear|🥳 partying_face party face_with_party_horn_and_party_hat
🥴 woozy_face face_with_uneven_eyes_and_wavy_mouth|🥵 hot_face overheated_face|🥶 cold_face freezing_face|🥷 ninja
🥸 disguised_face|🥹 face_holding_back_tears|🥺 pleading_face puppy_eyes face_with_pleading_eyes
🧐 monocle_face face_with_monocle|🫠 melting_face|🫡 saluting_face salute
🫢 face_with_open_eyes_and_hand_over_mouth|🫣 peeking face_with_peeking_eye|🫤 face_with_diagonal_mouth
🫥 dotted_line_face|🫦 biting_lip|🫧 bubbles|☹️ frowning_face white_frowning_face|☺️ relaxed white_smiling_face
👹 japanese_ogre|👺 japanese_goblin|👻 ghost|👼 angel baby_angel|👽 alien extraterrestrial_alien|👾 alien_monster
👿 imp|💀 skull dead|💩 poop shit pile_of_poo|🙈 see_no_evil see_no_evil_monkey|🙉 hear_no_evil hear_no_evil_monkey
🙊 speak_no_evil speak_no_evil_monkey|☠️ skull_and_crossbones
#people
👀 eyes look|👁️ eye|👂 ear|👃 nose|👄 mouth|👅 tongue|👆 point_up_2 white_up_pointing_backhand_index
👇 point_down white_down_pointing_backhand_index|👈 point_left white_left_pointing_backhand_index
👉 point_right white_right_pointing_backhand_index|👊 punch facepunch fisted_hand|👋 wave hi bye waving_hand
👌 ok_hand|👍 +1 thumbsup like yes thumbs_up|👎 -1 thumbsdown dislike no thumbs_down|👏 clap bravo clapping_hands
👐 open_hands|👤 bust_in_silhouette|👥 busts_in_silhouette|👦 boy|👧 girl|👨 man|👩 woman|👪 family
👫 man_and_woman_holding_hands|👬 two_men_holding_hands|👭 two_women_holding_hands|👮 cop police_officer
👯 woman_with_bunny_ears|👰 bride_with_veil|👱 person_with_blond_hair|👲 man_with_gua_pi_mao|👳 man_with_turban
👴 older_man|👵 older_woman|👶 baby|👷 construction_worker|👸 princess|💁 information_desk_person|💂 guardsman
💃 dancer|💄 lipstick|💅 nail_polish|💆 face_massage|💇 haircut|💋 kiss kiss_mark|💌 love_letter|💍 ring
💎 gem gem_stone|💑 couple_with_heart|💓 heartbeat beating_heart|💔 broken_heart|💕 two_hearts|💖 sparkling_heart
💗 heartpulse growing_heart|💘 cupid heart_with_arrow|💙 blue_heart|💚 green_heart|💛 yellow_heart|💜 purple_heart
💝 gift_heart heart_with_ribbon|💞 revolving_hearts|💟 heart_decoration|💢 anger|💣 bomb|💤 zzz|💥 boom collision
💦 sweat_drops splashing_sweat|💧 droplet|💨 dash|💪 muscle strong flexed_biceps|💫 dizzy|💬 speech_balloon
💭 thought_balloon|💮 white_flower|💯 100 hundred hundred_points|🖤 black_heart|🤌 pinched_fingers|🤍 white_heart
🤎 brown_heart|🤏 pinching_hand|🤘 metal horns sign_of_the_horns|🤙 call_me_hand|🤚 raised_back_of_hand
🤛 left_facing_fist|🤜 right_facing_fist|🤝 handshake deal
🤞 crossed_fingers fingers_crossed hand_with_index_and_middle_fingers|🤟 love_you_gesture i_love_you_hand
🤰 pregnant_woman|🤱 breast_feeding|🤲 palms_up_together|🤳 selfie|🤴 prince|🤵 man_in_tuxedo|🤶 mother_christmas
🤷 shrug|🤸 person_doing_cartwheel|🤹 juggling|🤺 fencer|🙅 no_good face_with_no_good_gesture
🙆 ok_woman face_with_ok_gesture|🙇 bow person_bowing_deeply|🙋 raising_hand happy_person_raising_one_hand
🙌 raised_hands hooray person_raising_both_hands_in_celebration|🙍 person_frowning|🙎 person_with_pouting_face
🙏 pray thanks please person_with_folded_hands|🕴️ man_in_business_suit_levitating|🕵️ detective sleuth_or_spy
🕺 man_dancing|🖐️ raised_hand_with_fingers_splayed|🖕 middle_finger reversed_hand_with_middle_finger
🖖 vulcan_salute raised_hand_with_part_between_middle|☝️ point_up white_up_pointing_index|✊ fist raised_fist
✋ raised_hand hand|✌️ v victory victory_hand|✍️ writing_hand|🦴 bone|🦵 leg|🦶 foot|🦷 tooth|🦸 superhero
🦹 supervillain|🦺 safety_vest|🦻 ear_with_hearing_aid|🧍 standing_person|🧎 kneeling_person|🧏 deaf_person|🧑 adult
🧒 child|🧓 older_adult|🧔 bearded_person|🧕 person_with_headscarf|🧖 person_in_steamy_room|🧗 person_climbing
🧘 person_in_lotus_position|🧙 mage wizard|🧚 fairy|🧛 vampire|🧜 merperson|🧝 elf|🧞 genie|🧟 zombie|🧠 brain
🫀 anatomical_heart|🫁 lungs|🫂 people_hugging|🫃 pregnant_man|🫄 pregnant_person|🫅 person_with_crown
🫰 hand_with_index_finger_and_thumb_crossed|🫱 rightwards_hand|🫲 leftwards_hand|🫳 palm_down_hand|🫴 palm_up_hand
🫵 index_pointing_at_the_viewer|🫶 heart_hands|🎅 santa father_christmas|🏂 snowboarder|🏃 runner run|🏄 surfer
🏇 horse_racing|🏊 swimmer|🏋️ weight_lifter|🏌️ golfer|⛹️ person_with_ball|🚣 rowboat|🚴 bicyclist
🚵 mountain_bicyclist|🚶 walking pedestrian|🛀 bath|🛌 sleeping_accommodation|🤼 wrestlers|🤽 water_polo|🤾 handball
❣️ heavy_heart_exclamation_mark_ornament|❤️ heart red_heart love heavy_black_heart|🕳️ hole
🗨️ left_speech_bubble|🗯️ right_anger_bubble|🧡 orange_heart
#nature
🌀 cyclone|🌁 foggy|🌂 closed_umbrella|🌃 night_with_stars|🌄 sunrise_over_mountains|🌅 sunrise|🌆 cityscape_at_dusk
🌇 sunset_over_buildings|🌈 rainbow|🌉 bridge_at_night|🌊 ocean water_wave|🌋 volcano|🌌 milky_way
🌍 earth_africa earth_globe_europe_africa|🌎 earth_americas earth_globe_americas
🌏 earth_asia earth_globe_asia_australia|🌐 globe_with_meridians web|🌑 new_moon|🌒 waxing_crescent_moon
🌓 first_quarter_moon|🌔 waxing_gibbous_moon|🌕 full_moon|🌖 waning_gibbous_moon|🌗 last_quarter_moon
🌘 waning_crescent_moon|🌙 crescent_moon|🌚 new_moon_with_face|🌛 first_quarter_moon_with_face
🌜 last_quarter_moon_with_face|🌝 full_moon_with_face|🌞 sun_with_face|🌟 star2 glowing_star|🌠 shooting_star
🌡️ thermometer|🌤️ white_sun_with_small_cloud|🌥️ white_sun_behind_cloud|🌦️ white_sun_behind_cloud_with_rain
🌧️ cloud_with_rain|🌨️ cloud_with_snow|🌩️ cloud_with_lightning|🌪️ cloud_with_tornado|🌫️ fog
🌬️ wind_blowing_face|🌱 seedling|🌲 evergreen_tree|🌳 deciduous_tree|🌴 palm_tree|🌵 cactus|🌷 tulip
🌸 cherry_blossom|🌹 rose|🌺 hibiscus|🌻 sunflower|🌼 blossom|🌽 corn ear_of_maize|🌾 ear_of_rice|🌿 herb
🍀 four_leaf_clover luck|🍁 maple_leaf|🍂 fallen_leaf|🍃 leaf_fluttering_in_wind|🍄 mushroom|🐀 rat|🐁 mouse|🐂 ox
🐃 water_buffalo|🐄 cow|🐅 tiger|🐆 leopard|🐇 rabbit|🐈 cat|🐉 dragon|🐊 crocodile|🐋 whale|🐌 snail|🐍 snake|🐎 horse
🐏 ram|🐐 goat|🐑 sheep|🐒 monkey|🐓 rooster|🐔 chicken|🐕 dog|🐖 pig|🐗 boar|🐘 elephant postgres|🐙 octopus
🐚 spiral_shell|🐛 bug|🐜 ant|🐝 bee honeybee|🐞 beetle ladybug lady_beetle|🐟 fish|🐠 tropical_fish|🐡 blowfish
🐢 turtle|🐣 hatching_chick|🐤 baby_chick|🐥 front_facing_baby_chick|🐦 bird|🐧 penguin linux|🐨 koala|🐩 poodle
🐪 dromedary_camel|🐫 bactrian_camel|🐬 dolphin flipper|🐭 mouse_face|🐮 cow_face|🐯 tiger_face|🐰 rabbit_face
🐱 cat_face|🐲 dragon_face|🐳 docker spouting_whale|🐴 horse_face|🐵 monkey_face|🐶 dog_face|🐷 pig_face
🐸 frog frog_face|🐹 hamster_face|🐺 wolf_face|🐻 bear bear_face|🐼 panda_face|🐽 pig_nose|🐾 paw_prints|🐿️ chipmunk
🕊️ dove_of_peace|🕷️ spider|🕸️ spider_web|🦀 crab rust|🦁 lion lion_face|🦂 scorpion|🦃 turkey
🦄 unicorn unicorn_face|🦅 eagle|🦆 duck rubber_duck|🦇 bat|🦈 shark|🦉 owl|🦊 fox_face fox|🦋 butterfly|🦌 deer
🦍 gorilla|🦎 lizard|🦏 rhinoceros|🦐 shrimp|🦑 squid|🦒 giraffe_face|🦓 zebra_face|🦔 hedgehog|🦕 sauropod|🦖 t_rex
🦗 cricket|🦘 kangaroo|🦙 llama|🦚 peacock|🦛 hippopotamus|🦜 parrot|🦝 raccoon|🦞 lobster|🦟 mosquito|🦠 microbe
🦡 badger|🦢 swan|🦣 mammoth|🦤 dodo|🦥 sloth|🦦 otter|🦧 orangutan|🦨 skunk|🦩 flamingo|🦪 oyster|🦫 beaver|🦬 bison
🦭 seal|🦮 guide_dog|🪰 fly|🪱 worm|🪲 beetle_bug|🪳 cockroach|🪴 potted_plant|🪵 wood|🪶 feather|🪷 lotus|🪸 coral
🪹 empty_nest|🪺 nest_with_eggs|☀️ sunny sun black_sun_with_rays|☁️ cloud|☂️ umbrella|☃️ snowman|☄️ comet
☘️ shamrock|⚡ zap lightning high_voltage|⛄ snowman_without_snow|⛅ sun_behind_cloud|⛈️ thunder_cloud_and_rain
✨ sparkles|❄️ snowflake|⭐ star white_medium_star|☔ umbrella_with_rain_drops|🎄 christmas_tree|🎋 tanabata_tree
🎌 crossed_flags|🎍 pine_decoration|💐 bouquet|🥀 wilted_flower|🔥 fire flame hot
#food
🌭 hot_dog|🌮 taco|🌯 burrito|🌰 chestnut|🌶️ hot_pepper|🍅 tomato|🍆 aubergine|🍇 grapes|🍈 melon|🍉 watermelon
🍊 tangerine|🍋 lemon|🍌 banana|🍍 pineapple|🍎 apple red_apple|🍏 green_apple|🍐 pear|🍑 peach|🍒 cherries
🍓 strawberry|🍔 hamburger burger|🍕 pizza slice_of_pizza|🍖 meat_on_bone|🍗 poultry_leg|🍘 rice_cracker|🍙 rice_ball
🍚 cooked_rice|🍛 curry_and_rice|🍜 ramen steaming_bowl|🍝 spaghetti|🍞 bread|🍟 fries french_fries
🍠 roasted_sweet_potato|🍡 dango|🍢 oden|🍣 sushi|🍤 fried_shrimp|🍥 fish_cake_with_swirl_design
🍦 icecream soft_ice_cream|🍧 shaved_ice|🍨 ice_cream|🍩 doughnut donut|🍪 cookie|🍫 chocolate_bar|🍬 candy
🍭 lollipop|🍮 custard|🍯 honey_pot|🍰 cake shortcake|🍱 bento_box|🍲 pot_of_food|🍳 cooking|🍴 fork_and_knife
🍵 tea teacup_without_handle|🍶 sake_bottle_and_cup|🍷 wine_glass|🍸 cocktail cocktail_glass|🍹 tropical_drink
🍺 beer beer_mug|🍻 beers cheers clinking_beer_mugs|🍼 baby_bottle|🍽️ fork_and_knife_with_plate
🍾 champagne bottle_with_popping_cork|🍿 popcorn|🎂 birthday birthday_cake|🥂 clinking_glasses|🥃 tumbler_glass
🥄 spoon|🥐 croissant|🥑 avocado|🥒 cucumber|🥓 bacon|🥔 potato|🥕 carrot|🥖 baguette_bread|🥗 green_salad
🥘 shallow_pan_of_food|🥙 stuffed_flatbread|🥚 egg|🥛 glass_of_milk|🥜 peanuts|🥝 kiwifruit|🥞 pancakes|🥟 dumpling
🥠 fortune_cookie|🥡 takeout_box|🥢 chopsticks|🥣 bowl_with_spoon|🥤 cup_with_straw|🥥 coconut|🥦 broccoli|🥧 pie
🥨 pretzel|🥩 cut_of_meat|🥪 sandwich|🥫 canned_food|🥬 leafy_green|🥭 mango|🥮 moon_cake|🥯 bagel
🧀 cheese cheese_wedge|🧁 cupcake|🧂 salt_shaker|🧃 beverage_box|🧄 garlic|🧅 onion|🧆 falafel|🧇 waffle|🧈 butter
🧉 mate_drink|🧊 ice_cube|🧋 bubble_tea|🫐 blueberries|🫑 bell_pepper|🫒 olive|🫓 flatbread|🫔 tamale|🫕 fondue
🫖 teapot|🫗 pouring_liquid|🫘 beans|🫙 jar|☕ coffee hot_beverage
#activities
🎀 ribbon|🎁 gift present wrapped_present|🎃 jack_o_lantern|🎆 fireworks|🎇 firework_sparkler|🎈 balloon
🎉 tada party_popper hooray_party|🎊 confetti_ball|🎎 japanese_dolls|🎏 carp_streamer|🎐 wind_chime
🎑 moon_viewing_ceremony|🎒 school_satchel|🎓 mortar_board graduation graduation_cap|🎖️ military_medal
🎗️ reminder_ribbon|🎙️ studio_microphone|🎚️ level_slider|🎛️ control_knobs|🎞️ film_frames|🎟️ admission_tickets
🎠 carousel_horse|🎡 ferris_wheel|🎢 roller_coaster|🎣 fishing_pole_and_fish|🎤 microphone|🎥 movie_camera|🎦 cinema
🎧 headphones headphone|🎨 art artist_palette|🎩 tophat top_hat|🎪 circus_tent|🎫 ticket|🎬 clapper clapper_board
🎭 performing_arts|🎮 video_game|🎯 dart target direct_hit|🎰 slot_machine|🎱 billiards|🎲 game_die|🎳 bowling
🎴 flower_playing_cards|🎵 musical_note|🎶 notes music multiple_musical_notes|🎷 saxophone|🎸 guitar
🎹 musical_keyboard piano|🎺 trumpet|🎻 violin|🎼 musical_score|🎽 running_shirt_with_sash
🎾 tennis tennis_racquet_and_ball|🎿 ski_and_ski_boot|🏀 basketball basketball_and_hoop
🏁 checkered_flag chequered_flag|🏅 sports_medal|🏆 trophy|🏈 american_football|🏉 rugby_football
🏍️ racing_motorcycle|🏎️ racing_car|🏏 cricket_bat_and_ball|🏐 volleyball|🏑 field_hockey_stick_and_ball
🏒 ice_hockey_stick_and_puck|🏓 table_tennis_paddle_and_ball|🏸 badminton_racquet_and_shuttlecock|🏹 bow_and_arrow
🏺 amphora|🤿 diving_mask|🥁 drum_with_drumsticks|🥅 goal_net|🥇 1st_place_medal gold first_place_medal
🥈 2nd_place_medal second_place_medal|🥉 3rd_place_medal third_place_medal|🥊 boxing_glove|🥋 martial_arts_uniform
🥌 curling_stone|🥍 lacrosse_stick_and_ball|🥎 softball|🥏 flying_disc|🕹️ joystick|⚽ soccer football soccer_ball
⚾ baseball|⛳ flag_in_hole|⛸️ ice_skate|🧩 jigsaw_puzzle_piece|🧸 teddy_bear|🪀 yo_yo|🪁 kite|🪂 parachute
🪃 boomerang|🪄 magic_wand|🛷 sled|🔮 crystal_ball|🩰 ballet_shoes
#places
🏔️ snow_capped_mountain|🏕️ camping|🏖️ beach_with_umbrella beach|🏗️ building_construction|🏘️ house_buildings
🏙️ cityscape|🏛️ classical_building|🏜️ desert|🏝️ desert_island|🏟️ stadium|🏠 house home house_building
🏡 house_with_garden|🏢 office office_building|🏣 japanese_post_office|🏤 european_post_office|🏥 hospital|🏦 bank
🏧 automated_teller_machine|🏨 hotel|🏩 love_hotel|🏪 convenience_store|🏫 school|🏬 department_store|🏭 factory
🏮 izakaya_lantern|🏯 japanese_castle|🏰 european_castle|🗻 mount_fuji|🗼 tokyo_tower|🗽 statue_of_liberty
🗾 silhouette_of_japan|🗿 moyai|🚀 rocket ship|🚁 helicopter|🚂 steam_locomotive|🚃 railway_car|🚄 high_speed_train
🚅 high_speed_train_with_bullet_nose|🚆 train|🚇 metro|🚈 light_rail|🚉 station|🚊 tram|🚋 tram_car|🚌 bus
🚍 oncoming_bus|🚎 trolleybus|🚏 bus_stop|🚐 minibus|🚑 ambulance|🚒 fire_engine|🚓 police_car|🚔 oncoming_police_car
🚕 taxi|🚖 oncoming_taxi|🚗 car automobile|🚘 oncoming_automobile|🚙 recreational_vehicle|🚚 truck delivery_truck
🚛 articulated_lorry|🚜 tractor|🚝 monorail|🚞 mountain_railway|🚟 suspension_railway|🚠 mountain_cableway
🚡 aerial_tramway|🚢 ship_boat|🚤 speedboat|🚥 horizontal_traffic_light|🚦 vertical_traffic_light
🚧 construction wip|🚨 police_cars_revolving_light|🚩 triangular_flag_on_post|🚪 door|🚫 no_entry_sign no_entry
🚬 smoking|🚭 no_smoking|🚮 put_litter_in_its_place|🚯 do_not_litter|🚰 potable_water|🚱 non_potable_water
🚲 bike bicycle|🚳 no_bicycles|🚷 no_pedestrians|🚸 children_crossing|🚹 mens|🚺 womens|🚻 restroom|🚽 toilet
🚾 water_closet|🚿 shower|🛁 bathtub|🛂 passport_control|🛃 customs|🛄 baggage_claim|🛅 left_luggage
🛋️ couch_and_lamp|🛍️ shopping_bags|🛎️ bellhop_bell|🛏️ bed|🛐 place_of_worship|🛑 stop_sign octagonal
🛒 shopping_trolley|🛕 hindu_temple|🛖 hut|🛗 elevator|🛝 playground_slide|🛞 wheel|🛟 ring_buoy
🛠️ hammer_and_wrench tools|🛡️ shield|🛢️ oil_drum|🛣️ motorway|🛥️ motor_boat|🛩️ small_airplane
🛫 airplane_departure|🛬 airplane_arriving|🛰️ satellite|🛳️ passenger_ship|🛴 scooter|🛵 motor_scooter|🛶 canoe
🛸 flying_saucer|🛹 skateboard|🛺 auto_rickshaw|🛻 pickup_truck|🛼 roller_skate|⛪ church|⛰️ mountain|⛲ fountain
⛵ sailboat|⛺ tent|⛽ fuel_pump|⚓ anchor|✈️ airplane plane|🕋 kaaba|🕌 mosque|🕍 synagogue|♨️ hot_springs
#objects
👑 crown|👒 womans_hat|👓 eyeglasses|👔 necktie|👕 t_shirt|👖 jeans|👗 dress|👘 kimono|👙 bikini|👚 womans_clothes
👛 purse|👜 handbag|👝 pouch|👞 mans_shoe|👟 athletic_shoe|👠 high_heeled_shoe|👡 womans_sandal|👢 womans_boots
👣 footprints|💈 barber_pole|💉 syringe|💊 pill|💡 bulb idea electric_light_bulb|💰 moneybag money_bag
💱 currency_exchange|💲 heavy_dollar|💳 credit_card|💴 banknote_with_yen|💵 dollar banknote_with_dollar
💶 banknote_with_euro|💷 banknote_with_pound|💸 money_with_wings|💹 chart_with_upwards_trend_and_yen|💺 seat
💻 computer laptop personal_computer|💼 briefcase|💽 minidisc|💾 floppy_disk save|💿 optical_disc|📀 dvd
📁 file_folder|📂 open_file_folder|📃 page_with_curl|📄 page_facing_up|📅 date calendar|📆 tear_off_calendar
📇 card_index|📈 chart_with_upwards_trend|📉 chart_with_downwards_trend|📊 bar_chart|📋 clipboard|📌 pushpin
📍 round_pushpin|📎 paperclip|📏 straight_ruler|📐 triangular_ruler|📑 bookmark_tabs|📒 ledger|📓 notebook
📔 notebook_with_decorative_cover|📕 closed_book|📖 book open_book|📗 green_book|📘 blue_book|📙 orange_book|📚 books
📛 name_badge|📜 scroll|📝 memo note|📞 telephone_receiver|📟 pager|📠 fax_machine|📡 satellite_antenna
📢 loudspeaker public_address_loudspeaker|📣 mega cheering_megaphone|📤 outbox_tray|📥 inbox_tray|📦 package
📧 e-mail e_mail|📨 incoming_envelope|📩 envelope_with_downwards_arrow_above|📪 closed_mailbox_with_lowered_flag
📫 closed_mailbox_with_raised_flag|📬 open_mailbox_with_raised_flag|📭 open_mailbox_with_lowered_flag|📮 postbox
📯 postal_horn|📰 newspaper|📱 iphone phone_mobile mobile_phone|📲 mobile_phone_with_rightwards_arrow_at
📳 vibration_mode|📴 mobile_phone_off|📵 no_mobile_phones|📶 antenna_with_bars|📷 camera|📸 camera_with_flash
📹 video_camera|📺 tv television|📻 radio|📼 videocassette|📽️ film_projector|📿 prayer_beads|🔈 speaker
🔉 speaker_with_one_sound_wave|🔊 loud_sound speaker_with_three_sound_waves|🔋 battery|🔌 electric_plug
🔍 mag search left_pointing_magnifying_glass|🔎 right_pointing_magnifying_glass|🔏 lock_with_ink_pen
🔐 closed_lock_with_key|🔑 key|🔒 lock|🔓 unlock open_lock|🔔 bell|🔕 no_bell bell_with_cancellation_stroke
🔖 bookmark|🔦 flashlight electric_torch|🔧 wrench|🔨 hammer|🔩 nut_and_bolt|🔪 knife hocho|🔫 gun pistol
🔬 microscope|🔭 telescope|🕯️ candle|🕰️ mantelpiece_clock|🕶️ dark_sunglasses|🖇️ linked_paperclips
🖊️ lower_left_ballpoint_pen|🖋️ lower_left_fountain_pen|🖌️ lower_left_paintbrush|🖍️ lower_left_crayon
🖥️ desktop_computer|🖨️ printer|🖱️ three_button_mouse|🖼️ frame_with_picture|🗂️ card_index_dividers
🗃️ card_file_box|🗄️ file_cabinet|🗑️ wastebasket trash|🗒️ spiral_note_pad|🗓️ spiral_calendar_pad|🗜️ compression
🗝️ old_key|🗞️ rolled_up_newspaper|🗡️ dagger_knife|🗳️ ballot_box_with_ballot|🥻 sari|🥼 lab_coat|🥽 goggles
🥾 hiking_boot|🥿 flat_shoe|🦯 probing_cane|🦼 motorized_wheelchair|🦽 manual_wheelchair|🦾 mechanical_arm
🦿 mechanical_leg|🧢 billed_cap|🧣 scarf|🧤 gloves|🧥 coat|🧦 socks|🧧 red_gift_envelope|🧨 firecracker
🧪 test_tube test|🧫 petri_dish|🧬 dna_double_helix|🧭 compass|🧮 abacus|🧯 fire_extinguisher|🧰 toolbox|🧱 brick
🧲 magnet|🧳 luggage|🧴 lotion_bottle|🧵 thread spool_of_thread|🧶 ball_of_yarn|🧷 safety_pin|🧹 broom cleanup
🧺 basket|🧻 roll_of_paper|🧼 bar_of_soap|🧽 sponge|🧾 receipt|🧿 nazar_amulet|🩱 one_piece_swimsuit|🩲 briefs
🩳 shorts|🩴 thong_sandal|🩸 drop_of_blood|🩹 adhesive_bandage|🩺 stethoscope|🩻 x_ray|🩼 crutch|🪅 pinata
🪆 nesting_dolls|🪐 ringed_planet|🪑 chair|🪒 razor|🪓 axe|🪔 diya_lamp|🪕 banjo|🪖 military_helmet|🪗 accordion
🪘 long_drum|🪙 coin|🪚 carpentry_saw|🪛 screwdriver|🪜 ladder|🪝 hook|🪞 mirror|🪟 window|🪠 plunger|🪡 sewing_needle
🪢 knot|🪣 bucket|🪤 mouse_trap|🪥 toothbrush|🪦 headstone|🪧 placard|🪨 rock|🪩 mirror_ball|🪪 identification_card
🪫 low_battery|🪬 hamsa|⌚ watch|⌛ hourglass|⌨️ keyboard|⏰ alarm_clock|⏱️ stopwatch|⏲️ timer_clock
⏳ hourglass_flowing_sand hourglass_with_flowing_sand|☎️ phone telephone black_telephone|⚒️ hammer_and_pick
⚔️ crossed_swords|⚕️ staff_of_aesculapius|⚖️ scales|⚗️ alembic|⚙️ gear|⚰️ coffin|⚱️ funeral_urn|⛏️ pick
⛑️ helmet_with_white_cross|⛓️ chains|✂️ scissors black_scissors|✉️ envelope|✏️ pencil|✒️ black_nib|🏷️ label
#symbols
©️ copyright|®️ registered|‼️ bangbang double_exclamation_mark|⁉️ exclamation_question_mark|™️ trade_mark
ℹ️ information_source|↔️ left_right_arrow|↕️ up_down_arrow|↖️ north_west_arrow|↗️ north_east_arrow
↘️ south_east_arrow|↙️ south_west_arrow|↩️ leftwards_arrow_with_hook|↪️ rightwards_arrow_with_hook
⏩ fast_forward black_right_pointing_double_triangle|⏪ black_left_pointing_double_triangle
⏫ black_up_pointing_double_triangle|⏬ black_down_pointing_double_triangle|⏭️ next_track_button
⏮️ previous_track_button|⏯️ black_right_pointing_triangle|⏸️ pause_button double_vertical_bar
⏹️ black_square_for_stop|⏺️ black_circle_for_record|▶️ arrow_forward play|◀️ black_left_pointing_triangle
◽ white_medium_small_square|◾ black_medium_small_square|☑️ ballot_box_with_check|☢️ radioactive|☣️ biohazard
☮️ peace|☯️ yin_yang|☸️ wheel_of_dharma|♈ aries|♉ taurus|♊ gemini|♋ cancer|♌ leo|♍ virgo|♎ libra|♏ scorpius
♐ sagittarius|♑ capricorn|♒ aquarius|♓ pisces|♠️ black_spade_suit|♣️ black_club_suit|♥️ black_heart_suit
♦️ black_diamond_suit|♻️ recycle black_universal_recycling|♾️ permanent_paper|♿ wheelchair|⚜️ fleur_de_lis
⚠️ warning|⚪ white_circle medium_white_circle|⚫ black_circle medium_black_circle|⛎ ophiuchus|⛩️ shinto_shrine
✅ white_check_mark done white_heavy_check_mark|✔️ heavy_check_mark check|✖️ heavy_multiplication_x
✝️ latin_cross|✡️ star_of_david|✳️ eight_spoked_asterisk|✴️ eight_pointed_black_star|❇️ sparkle
❌ x cross cross_mark|❎ negative_squared_cross_mark|❓ question black_question_mark_ornament
❔ white_question_mark_ornament|❕ white_exclamation_mark_ornament|❗ exclamation heavy_exclamation_mark
➕ heavy_plus_sign plus heavy_plus|➖ heavy_minus_sign minus heavy_minus|➗ heavy_division
➡️ arrow_right black_rightwards_arrow|➰ curly_loop|➿ double_curly_loop
⤴️ arrow_pointing_rightwards_then_curving|⤵️ arrow_heading_down|⬅️ arrow_left leftwards_black_arrow
⬆️ arrow_up upwards_black_arrow|⬇️ arrow_down downwards_black_arrow|⬛ black_large_square|⬜ white_large_square
⭕ heavy_large_circle|🀄 mahjong_tile_red_dragon|🃏 playing_card_black_joker|🆎 negative_squared_ab|🆑 squared_cl
🆒 cool squared_cool|🆓 squared_free|🆔 squared_id|🆕 new squared_new|🆖 squared_ng|🆗 ok squared_ok
🆘 sos squared_sos|🆙 squared_up_with_exclamation_mark|🆚 squared_vs|🏳️ white_flag waving_white_flag
🏴 waving_black_flag|💒 wedding|💠 diamond_shape_with_a_dot_inside|🔀 twisted_rightwards_arrows
🔁 clockwise_rightwards_and_leftwards_open|🔂 repeat_one|🔃 clockwise_downwards_and_upwards_open
🔄 arrows_counterclockwise refresh anticlockwise_downwards_and_upwards_open|🔅 low_brightness|🔆 high_brightness
🔇 mute speaker_with_cancellation_stroke|🔗 link|🔘 radio_button|🔙 back back_with_leftwards_arrow_above
🔚 end_with_leftwards_arrow_above|🔛 on_with_exclamation_mark_with_left_right|🔜 soon_with_rightwards_arrow_above
🔝 top top_with_upwards_arrow_above|🔞 no_one_under_eighteen|🔟 keycap_ten
🔠 input_symbol_for_latin_capital_letters|🔡 input_symbol_for_latin_small_letters|🔢 input_symbol_for_numbers
🔣 input_symbol_for_symbols|🔤 input_symbol_for_latin_letters|🔯 six_pointed_star_with_middle_dot
🔰 japanese_symbol_for_beginner|🔱 trident_emblem|🔲 black_square_button|🔳 white_square_button
🔴 red_circle large_red_circle|🔵 blue_circle large_blue_circle|🔶 large_orange_diamond|🔷 large_blue_diamond
🔸 small_orange_diamond|🔹 small_blue_diamond|🔺 up_pointing_red_triangle|🔻 down_pointing_red_triangle
🔼 up_pointing_small_red_triangle|🔽 down_pointing_small_red_triangle|🕉️ om_symbol|🕎 menorah_with_nine_branches
🕐 clock_face_one_oclock|🕑 clock_face_two_oclock|🕒 clock_face_three_oclock|🕓 clock_face_four_oclock
🕔 clock_face_five_oclock|🕕 clock_face_six_oclock|🕖 clock_face_seven_oclock|🕗 clock_face_eight_oclock
🕘 clock_face_nine_oclock|🕙 clock_face_ten_oclock|🕚 clock_face_eleven_oclock|🕛 clock_face_twelve_oclock
🕜 clock_face_one_thirty|🕝 clock_face_two_thirty|🕞 clock_face_three_thirty|🕟 clock_face_four_thirty
🕠 clock_face_five_thirty|🕡 clock_face_six_thirty|🕢 clock_face_seven_thirty|🕣 clock_face_eight_thirty
🕤 clock_face_nine_thirty|🕥 clock_face_ten_thirty|🕦 clock_face_eleven_thirty|🕧 clock_face_twelve_thirty
🟠 large_orange_circle|🟡 yellow_circle large_yellow_circle|🟢 green_circle large_green_circle
🟣 large_purple_circle|🟤 large_brown_circle|🟥 large_red_square|🟦 large_blue_square|🟧 large_orange_square
🟨 large_yellow_square|🟩 large_green_square|🟪 large_purple_square|🟫 large_brown_square|🟰 heavy_equals|🧌 troll
0️⃣ zero|1️⃣ one|2️⃣ two|3️⃣ three|4️⃣ four|5️⃣ five|6️⃣ six|7️⃣ seven|8️⃣ eight|9️⃣ nine|#️⃣ hash
*️⃣ asterisk
#flags
🏳️‍🌈 rainbow_flag|🏴‍☠️ pirate_flag|🇦🇷 flag_ar argentina|🇦🇲 flag_am armenia|🇦🇹 flag_at austria
🇦🇺 flag_au australia|🇦🇿 flag_az azerbaijan|🇧🇪 flag_be belgium|🇧🇬 flag_bg bulgaria|🇧🇷 flag_br brazil
🇧🇾 flag_by belarus|🇨🇦 flag_ca canada|🇨🇭 flag_ch switzerland|🇨🇱 flag_cl chile|🇨🇳 flag_cn china
🇨🇴 flag_co colombia|🇨🇺 flag_cu cuba|🇨🇿 flag_cz czechia|🇩🇪 flag_de germany|🇩🇰 flag_dk denmark
🇪🇪 flag_ee estonia|🇪🇬 flag_eg egypt|🇪🇸 flag_es spain|🇪🇺 flag_eu europe|🇫🇮 flag_fi finland|🇫🇷 flag_fr france
🇬🇧 flag_gb united_kingdom uk|🇬🇪 flag_ge georgia|🇬🇷 flag_gr greece|🇭🇷 flag_hr croatia|🇭🇺 flag_hu hungary
🇮🇩 flag_id indonesia|🇮🇪 flag_ie ireland|🇮🇱 flag_il israel|🇮🇳 flag_in india|🇮🇷 flag_ir iran|🇮🇸 flag_is iceland
🇮🇹 flag_it italy|🇯🇵 flag_jp japan|🇰🇬 flag_kg kyrgyzstan|🇰🇷 flag_kr south_korea|🇰🇿 flag_kz kazakhstan
🇱🇹 flag_lt lithuania|🇱🇺 flag_lu luxembourg|🇱🇻 flag_lv latvia|🇲🇩 flag_md moldova|🇲🇪 flag_me montenegro
🇲🇳 flag_mn mongolia|🇲🇽 flag_mx mexico|🇳🇱 flag_nl netherlands|🇳🇴 flag_no norway|🇳🇿 flag_nz new_zealand
🇵🇭 flag_ph philippines|🇵🇱 flag_pl poland|🇵🇹 flag_pt portugal|🇷🇴 flag_ro romania|🇷🇸 flag_rs serbia
🇷🇺 flag_ru russia|🇸🇪 flag_se sweden|🇸🇬 flag_sg singapore|🇸🇮 flag_si slovenia|🇸🇰 flag_sk slovakia
🇹🇭 flag_th thailand|🇹🇯 flag_tj tajikistan|🇹🇲 flag_tm turkmenistan|🇹🇷 flag_tr|🇺🇦 flag_ua ukraine
🇺🇳 flag_un united_nations|🇺🇸 flag_us united_states usa|🇺🇿 flag_uz uzbekistan|🇻🇳 flag_vn vietnam
🇿🇦 flag_za south_africa
`;

/** Groups in order: `{name, emoji: [{emoji, names}]}`. */
export const groups = [];

const byName = new Map();

for (const line of table.trim().split("\n")) {
  if (/^#[a-z]/.test(line)) {
    groups.push({ name: line.slice(1), emoji: [] });
  } else {
    for (const [emoji, ...names] of line.split("|").map(entry => entry.split(" "))) {
      groups.at(-1).emoji.push({ emoji, names });
      names.forEach(name => byName.set(name, emoji));
    }
  }
}

/** The emoji of a name without colons, such as `tada`; undefined when there is none. */
export function emojiOf(name) {
  return byName.get(name);
}
